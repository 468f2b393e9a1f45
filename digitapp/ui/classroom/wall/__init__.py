"""The class wall: sending a drawing to it, and showing it."""
