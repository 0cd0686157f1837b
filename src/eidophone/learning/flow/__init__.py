"""A conditional rectified flow over blocks of levels (the extra ``learn``: PyTorch).

Without it, `extra` says how to install it; everything else here needs it.
"""
