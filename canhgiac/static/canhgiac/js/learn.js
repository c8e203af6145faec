// The knowledge pages: sharing, copying, and pages once read kept for times without a network.
