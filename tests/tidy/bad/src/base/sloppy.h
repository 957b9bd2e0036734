int a; 
	int b;
// TODO later
// XXX
