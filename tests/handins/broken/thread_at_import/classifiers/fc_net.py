import threading
import time


def _count():
    n = 0
    while True:
        n += 1
        time.sleep(0.2)


threading.Thread(target=_count, daemon=False).start()
