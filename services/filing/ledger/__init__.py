"""The contract ledger, pure: accounts of contracts with their executions, vouchers, and the months that they count in.

It knows the answers of 企业2表 and 企业3表, and no store, clock or network.
"""
