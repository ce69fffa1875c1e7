/// What is good about a figure of an endpoint.
package struct EndpointAttribute: Equatable, Sendable {
    /// Between which values scores go from worst to best.
    package enum Range: Equatable, Sendable {
        /// The least and the greatest of the candidates.
        case adaptive
        /// Beyond the bounds a value counts as the nearest of them.
        case fixed(min: Double, max: Double)
    }

    package var figure: EndpointFigure
    package var lowerIsBetter: Bool
    package var range: Range

    package init(_ figure: EndpointFigure, lowerIsBetter: Bool, range: Range = .adaptive) {
        self.figure = figure
        self.lowerIsBetter = lowerIsBetter
        self.range = range
    }
}
