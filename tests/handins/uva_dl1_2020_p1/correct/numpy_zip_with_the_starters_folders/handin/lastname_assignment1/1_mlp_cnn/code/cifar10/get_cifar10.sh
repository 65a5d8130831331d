echo 'see the course page'
