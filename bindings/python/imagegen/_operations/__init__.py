"""What each typed method asks for, a module for each group. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""
