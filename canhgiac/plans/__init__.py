"""What must be done: directives, plans, tasks, targets, deadlines, obligations, sub-plans.

A directive (văn bản) is read into a plan; a person corrects and issues it; each task then lives as one
assignment per agency with a state, a deadline and a history. Emits notices to members through ``agencies``.
"""
