zip -r assignment2.zip . -x "*cs231n/datasets*"
