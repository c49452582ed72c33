/// How many values fell below each bound, as Prometheus counts them.
package struct Histogram: Sendable {
    /// Rising; one bucket more than bounds, for all that is larger.
    package let bounds: [Double]
    package private(set) var buckets: [UInt64]
    package private(set) var sum = 0.0

    package init(bounds: [Double] = Histogram.seconds) {
        self.bounds = bounds
        buckets = Array(repeating: 0, count: bounds.count + 1)
    }

    /// From an ACK over the loopback to a proxy that builds tens of thousands of routes.
    package static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    package var count: UInt64 { buckets.reduce(0, +) }

    package mutating func observe(_ duration: Duration) {
        let seconds = duration / .seconds(1)
        buckets[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
        sum += seconds
    }
}
