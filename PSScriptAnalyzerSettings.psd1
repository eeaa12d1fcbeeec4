@{
    Severity     = @('Error', 'Warning', 'Information')
    ExcludeRules = @(
        # The build and the demo speak to a person at a console.
        'PSAvoidUsingWriteHost'
    )
}
