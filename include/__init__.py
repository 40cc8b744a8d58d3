"""Amazon's wholesale orders into the inventory system and back. One package a business word or counterpart."""
