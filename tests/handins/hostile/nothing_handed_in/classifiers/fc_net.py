# whole file
