# SPDX-License-Identifier: Apache-2.0
"""A package small enough to read: fits a line, so that the tour has something to install."""
import csv


def fit_line(path):
    """Least squares over the columns x and y of a CSV file; returns (slope, intercept)."""
    with open(path, newline="", encoding="utf-8") as file:
        points = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(file)]
    n = len(points)
    mean_x = sum(x for x, _ in points) / n
    mean_y = sum(y for _, y in points) / n
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    return slope, mean_y - slope * mean_x
