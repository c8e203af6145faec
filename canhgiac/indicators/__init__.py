"""What is known to be bad: accounts, wallets, phones, links, apps; look-up, exchange, requests, appeal."""
