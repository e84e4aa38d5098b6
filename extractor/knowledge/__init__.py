"""Facts with their source, licence and date, and how to look things up in them."""
