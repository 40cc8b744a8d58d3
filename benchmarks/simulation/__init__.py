"""Two days of a large vendor's orders on a fast clock, with everything that goes wrong switched on."""
