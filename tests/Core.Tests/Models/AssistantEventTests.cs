using Xunit;

namespace OpenAIStream.Tests.Models;

public class AssistantEventTests
{
    [Fact]
    public void Its_data_has_the_current_fields_of_the_event()
    {
        var run = JsonModel.FromJson<AssistantEvent>("""{"id":"run_1","status":"queued"}""");
        Assert.Same(run.Data, run.Data);
        Assert.Equal(run.ToJson(), run.Data.ToJson());

        run["status"] = "completed";
        Assert.Equal("completed", run.Data["status"]);
        run["novel"] = 1;
        Assert.Equal(1L, run.Data["novel"]);
        run.Remove("id");
        Assert.Equal("""{"status":"completed","novel":1}""", run.Data.ToJson());
    }
}
