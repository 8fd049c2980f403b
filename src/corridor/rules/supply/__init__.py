"""Goods: access, delivery, rations, the ledger."""
