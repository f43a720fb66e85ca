package dev.parley.bench;

import java.util.List;

/** Compares the first page of a list or history with that of one ten times as long. */
record Scale(Contenders sides, Comparison comparison, int callers, Report report) {

  void measure() {
    Data data = sides.data();
    compare(
        "history of a session",
        Preparation.LONG,
        api -> api.history(data.shortHistory()),
        api -> api.history(data.longHistory()));
    compare(
        "first page of an agent",
        Preparation.LARGE,
        api -> api.firstPage(data.small()),
        api -> api.firstPage(data.large()));
  }

  private void compare(String title, int much, ApiCall ofLess, ApiCall ofMuch) {
    int less = much / Preparation.TIMES;
    Contender grpcLess = side(Contenders.GRPC, less, () -> ofLess.make(sides.grpc()));
    Contender grpcMuch = side(Contenders.GRPC, much, () -> ofMuch.make(sides.grpc()));
    Contender storeLess = side(Contenders.STORE, less, () -> ofLess.make(sides.store()));
    Contender storeMuch = side(Contenders.STORE, much, () -> ofMuch.make(sides.store()));
    report.compared(
        "scale",
        title,
        callers,
        comparison.of(callers, List.of(grpcLess, grpcMuch, storeLess, storeMuch)),
        List.of(
            new Ratio(grpcMuch.name(), grpcLess.name()),
            new Ratio(storeMuch.name(), storeLess.name())));
  }

  private static Contender side(String name, int of, Call call) {
    return new CallContender("%s, of %d".formatted(name, of), call);
  }
}
