"""What we measure ourselves by; `make bench` prints one table, every row a ratio from one run."""
