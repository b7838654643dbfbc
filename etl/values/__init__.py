"""Values: what one cell says, read without a guess: dates, amounts, numbers. Pure: no file, no clock."""
