"""The SMPP line, against our simulator and against SMSCs that we did not write."""
