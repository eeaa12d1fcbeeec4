@{
    Severity     = @('Error', 'Warning', 'Information')
    ExcludeRules = @(
        # The build and the demo write to a user's console.
        'PSAvoidUsingWriteHost'
    )
}
