"""What holds Teachback to its promises, from outside its three floors."""
