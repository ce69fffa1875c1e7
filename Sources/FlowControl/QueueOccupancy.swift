/// How much of what may wait does.
package struct QueueOccupancy: Equatable, Sendable {
    package struct Band: Equatable, Sendable {
        package let priority: Int
        package let requestCount: Int
        package let bytes: Int
        /// Shares of the band's bounds, 0...1.
        package let requestShare: Double
        package let byteShare: Double

        init(_ band: PriorityBand) {
            priority = band.priority
            requestCount = band.requestCount
            bytes = band.bytes
            requestShare = Double(band.requestCount) / Double(band.config.requestsMax)
            byteShare = Double(band.bytes) / Double(band.config.bytesMax)
        }
    }

    /// The most urgent first.
    package let bands: [Band]
    /// Shares of the bounds of the whole. Nil: it has none of its own.
    package let requestShare: Double?
    package let byteShare: Double?
}
