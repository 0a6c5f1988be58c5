"""Qingfeng: one system of record for an integrity campaign."""
