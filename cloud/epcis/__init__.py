"""Events of EPCIS 2.0: taken from programs of others, told of ourselves, found again."""
