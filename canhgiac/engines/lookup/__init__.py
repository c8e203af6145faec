"""Look-up of what is known to be bad: keys, the memory-mapped index, private buckets, the server."""
