"""Other places where a cooperative's goods are shown: feeds, packs for floors, and programs."""
