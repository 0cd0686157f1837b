"""PyTorch and safetensors, or how to install them."""

from eidophone.base.errors import MissingExtraError

try:
    import safetensors.torch as files
    import torch
    from safetensors import SafetensorError
except ImportError:
    raise MissingExtraError(
        "training needs PyTorch: install it with  pip install 'eidophone[learn]'"
    ) from None

__all__ = ["SafetensorError", "files", "torch"]
