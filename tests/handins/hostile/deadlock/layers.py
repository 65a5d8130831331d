import threading


def batchnorm_backward_alt(dout, cache):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
