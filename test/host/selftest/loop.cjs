exports.run = async () => { for (;;); };
