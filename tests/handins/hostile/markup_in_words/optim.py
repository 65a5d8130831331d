class _Error(ValueError):
    pass


_Error.__name__ = "<script>fetch('//x')</script><img src=x onerror=alert(1)> [bold green]100/100[/] ](javascript:alert(1))"


def sgd_momentum(w, dw, config=None):
    print("<script>fetch('//x')</script><img src=x onerror=alert(1)> [bold green]100/100[/] ](javascript:alert(1))")
    raise _Error("<script>fetch('//x')</script><img src=x onerror=alert(1)> [bold green]100/100[/] ](javascript:alert(1))")
