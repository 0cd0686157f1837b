"""Network files as tools: pictures of any size through a network of any convention."""
