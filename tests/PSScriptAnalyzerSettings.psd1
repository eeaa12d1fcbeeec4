@{
    Severity     = @('Error', 'Warning', 'Information')
    ExcludeRules = @(
        # Tests and tools speak to a person at a console.
        'PSAvoidUsingWriteHost'
        # Variables and parameters go from block to block of a test, and some are for the session.
        'PSUseDeclaredVarsMoreThanAssignments'
        'PSReviewUnusedParameter'
        'PSAvoidGlobalVars'
        # What plays a command need not be one.
        'PSUseShouldProcessForStateChangingFunctions'
        'PSShouldProcess'
        'PSUseOutputTypeCorrectly'
        'PSUseProcessBlockForPipelineCommand'
        'PSAvoidUsingPositionalParameters'
        'PSUseApprovedVerbs'
        'PSUseSingularNouns'
        'PSProvideCommentHelp'
        'PSAvoidOverwritingBuiltInCmdlets'
        # Keys here are no secrets.
        'PSAvoidUsingConvertToSecureStringWithPlainText'
        # Windows PowerShell does not run the tests.
        'PSUseBOMForUnicodeEncodedFile'
    )
}
