"""Values to widgets, and widgets to values: a folder a page, and what several share."""
