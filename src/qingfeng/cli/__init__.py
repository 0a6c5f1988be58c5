"""The `qingfeng` command."""
