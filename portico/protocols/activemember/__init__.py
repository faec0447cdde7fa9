"""ActiveMember360's remote authentication: other sites sign members in. How members are verified is the core's."""
