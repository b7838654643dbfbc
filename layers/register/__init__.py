"""What the register means: claims beside what is itemised, who belonged where and when, money that is not mixed, what still works."""
