"""What a wrong array most likely comes from: known mistakes, simple relations, first places."""
