"""Areas, agencies, members, roles, notices to members, audit log.

Everything above stands on this: who a body is (and was), who may act for it, and what was done.
"""
