# whole file
raise SystemExit('this is not NumPy')
