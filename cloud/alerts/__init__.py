"""What a person should see to: found in what devices tell, kept until it is over."""
