"""The demonstration: the reference campaign over real divisions, and one fictional prefecture."""

from qingfeng.campaigns.demo.loading import SignIn, load

__all__ = ["SignIn", "load"]
