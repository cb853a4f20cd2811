"""What is packed for whom: lists for the packing room, the slip in the parcel, its label."""
