"""Cảnh Giác: runs a province's programme against online scams."""
