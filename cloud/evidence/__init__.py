"""How well what is told of a lot is borne out."""
