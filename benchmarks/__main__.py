"""Run every benchmark and print one Markdown table."""

from benchmarks import live, predicting

if __name__ == "__main__":
    print("| what | digitapp | the plain way | ratio |\n| --- | --- | --- | --- |")
    for part in (predicting, live):
        for row in part.report():
            print(row, flush=True)
